import type { Outcome } from '../../engine/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { Paint } from './paint.ts';
import type { ShownTag } from './said.ts';

/** The answer for one picture, on its way to the reader. */
export interface Answer {
  readonly picture: Picture;
  readonly outcome: Outcome<unknown>;
}

/** Where answers go, in the order of the batch. */
export interface ResultWriter {
  write(answer: Answer): void;
  /** Writes what is kept back only for its looks: more may not come for long. */
  flush?(): void;
  /** Begins a group of answers, where the format has a way to say so. */
  section?(title: string): void;
  /** Writes what was kept back. */
  end(): void;
}

/** How results are written in a table. It may remember what it has seen, so that rows stand under each other. */
export interface ResultColumn {
  /** What the column is called. @param room columns to fit into; undefined for no limit */
  heading(room: number | undefined): string;
  /** Sees the results of a page before they are written. */
  widen(page: readonly unknown[]): void;
  /** @param room columns to fit into; undefined for no limit */
  format(results: unknown, room: number | undefined): string;
}

/** What one model says of a picture, in reports. */
export interface SaidInReport {
  readonly model: string;
  readonly tags: readonly ShownTag[];
  /** Where it says something else than tags. */
  readonly text?: string;
}

/** What the results of a command look like: its commands know, a format does not. */
export interface ResultShape {
  readonly column: ResultColumn;
  /** Names of the fields of {@link rows}, for results like these; undefined where there are none. */
  fields(results: unknown): readonly string[];
  /** What models say of a picture, in reports; nothing where results are something else. */
  answers?(results: unknown): readonly SaidInReport[];
  /** A picture that was made of it, small enough to be shown in a report as it is: a reference. */
  made?(results: unknown): string | undefined;
  /** The results as lines of a table of values. */
  rows(results: unknown): readonly (readonly (string | number)[])[];
  /** The paths that results stand for: the picture's own, where it has any, or those of what was made. */
  paths(picture: Picture, results: unknown): readonly string[];
}

/** What a format writes to, and what. */
export interface FormatOptions {
  readonly print: (text: string) => void;
  /** Columns of the terminal; undefined for no limit. */
  readonly columns: number | undefined;
  readonly paint: Paint;
  /** What ends a path in the format of that name. */
  readonly pathEnd: '\n' | '\0';
  readonly shape: ResultShape;
}

/** A way to write results. Its module is loaded by who uses it. */
export type OpenFormat = (options: FormatOptions) => Promise<ResultWriter>;
