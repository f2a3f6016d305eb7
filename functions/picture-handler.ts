import * as z from 'zod';
import type { RecursionConfig } from '../engine/config.ts';
import { withHttp } from '../engine/http/entrance.ts';
import { each, type ItemContext, type OptionsOf, type OptionsShape, recursive } from '../engine/index.ts';
import { reportLater } from '../engine/report/report-later.ts';
import { describeReference } from '../images/describe-reference.ts';
import type { FunctionDefinition } from './definition.ts';

/** What the environment says of any function over pictures. */
interface PictureConfig {
  readonly recursion: RecursionConfig;
  /** Pictures under way at the same time. */
  readonly inFlight: number;
}

const image = z.string({ error: 'expected an image reference as text' });

/** The handler of a function of one picture, as its definition describes it. */
export const pictureHandler = <Shape extends OptionsShape, Result>(
  { name, itemKey, options }: FunctionDefinition<Shape>,
  work: (image: string, context: ItemContext<OptionsOf<Shape>>) => Promise<Result>,
  { recursion, inFlight }: PictureConfig,
) =>
  withHttp(
    recursive(each<string, Result, OptionsOf<Shape>>(work, { concurrency: inFlight }), {
      itemKey: itemKey ?? 'image',
      item: image,
      options,
      label: describeReference,
      config: recursion,
      report: reportLater(name),
    }),
  );
