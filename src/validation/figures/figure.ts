/**
 * A finished figure: vector graphics with its words, independent of whoever shows it (report, page, file).
 *
 * @module
 */

export interface Figure {
  /** Unique within one report; also the file name when figures are written as files. */
  id: string;
  title: string;
  /** What is drawn, in which units, what is expected, and what was left out or thinned. */
  caption: string;
  /** One complete, well-formed <svg> element with its own background; refers to nothing outside itself. */
  svg: string;
}
