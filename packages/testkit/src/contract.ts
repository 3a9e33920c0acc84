/**
 * The contract of a transport as a vitest suite: one test for each obligation in the comments of `Transport`.
 *
 * @module
 */
export * from './contract/index.js';
