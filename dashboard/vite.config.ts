import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Puts `x.gz` beside each script and style sheet, so that the server has nothing to compress. */
const compress: Plugin = {
  name: 'compress',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
        this.emitFile({ type: 'asset', fileName: `${name}.gz`, source });
      }
    },
  },
};

/** Built into the folder that the server serves; `vite dashboard` alone serves it with the API of `npm start`. */
export default defineConfig(({ command }) => {
  // A test run builds as well, and its NODE_ENV would bring React's checks for development: twice the size.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    base: '/dashboard/',
    plugins: [compress],
    build: {
      outDir: '../dist/dashboard',
      emptyOutDir: true,
      // The content security policy lets nothing inline, not even an image in a style sheet.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // The same names in every version: while replicas are replaced, each has what the page of another asks for.
      rolldownOptions: { output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' } },
    },
    server: { proxy: { '^/(v1|public|docs|openapi\\.json)': 'http://localhost:3000' } },
  };
});
