/** What all networks of the papers let a caller choose. @module */

export interface PaperOptions {
  /** ms of model time. */
  duration?: number;
  seed?: number;
}
