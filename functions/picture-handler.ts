import * as z from 'zod';
import { withHttp } from '../engine/driver.ts';
import {
  each,
  type Inbox,
  type ItemContext,
  type OptionsOf,
  type OptionsShape,
  type RecursionConfig,
  recursive,
  reportLater,
  type ThreadOptions,
  withEvents,
  withStreaming,
} from '../engine/index.ts';
import { describeReference } from '../images/index.ts';
import type { FunctionDefinition } from './definition.ts';

/** What the environment says of any function over pictures. */
interface PictureConfig {
  readonly recursion: RecursionConfig;
  /** What lands below it is worked on (`INBOX`). */
  readonly inbox: Inbox | undefined;
  /** Pictures under way at the same time. */
  readonly inFlight: number;
}

const image = z.string({ error: 'expected an image reference as text' });

/**
 * The handler of a function of one picture, as its definition describes it. With threads, the work is given what
 * `threads.prepare` makes of a reference.
 */
export const pictureHandler = <
  Shape extends OptionsShape,
  Result,
  Prepared extends { readonly reference: string } = never,
>(
  { name, itemKey = 'image', options }: FunctionDefinition<Shape>,
  work: (picture: string | Prepared, context: ItemContext<OptionsOf<Shape>>) => Promise<Result>,
  { recursion, inbox, inFlight }: PictureConfig,
  threads?: ThreadOptions<string | Prepared, OptionsOf<Shape>>,
) =>
  withStreaming(
    withEvents(
      withHttp(
        recursive<string | Prepared, Result, Shape, string>(
          each<string | Prepared, Result, OptionsOf<Shape>>(work, { concurrency: inFlight }),
          {
            itemKey,
            item: image,
            options,
            label: (picture) => describeReference(typeof picture === 'string' ? picture : picture.reference),
            config: recursion,
            report: reportLater(name, recursion.stack),
            ...(threads && { threads }),
          },
        ),
        itemKey,
      ),
      { name, itemKey, inbox },
    ),
  );
