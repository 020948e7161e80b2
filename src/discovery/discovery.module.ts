import { Module } from '@nestjs/common';
import { TokensModule } from '../tokens/tokens.module.js';
import { MetadataController } from './metadata.controller.js';

/** The well-known documents. */
@Module({ imports: [TokensModule], controllers: [MetadataController] })
export class DiscoveryModule {}
