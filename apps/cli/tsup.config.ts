import { defineConfig } from 'tsup';
import { programBundle } from '../../tooling/program-bundle.js';

export default defineConfig(programBundle());
