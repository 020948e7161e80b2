/** One thing that is wrong with one environment variable. Never carries the variable's value. */
export interface ConfigProblem {
  readonly variable: string;
  readonly reason: string;
}

/** Thrown once, with everything that is wrong with the environment at the same time. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(
      ['Swingdoor cannot start with this configuration:']
        .concat(problems.map(({ variable, reason }) => `  ${variable}: ${reason}`))
        .concat('Every variable is explained in .env.example.')
        .join('\n'),
    );
    this.name = 'ConfigError';
  }
}
