import { Option } from 'commander';
import { MAX_PARALLEL_REQUESTS } from '../../engine/limits.ts';
import { formats } from '../../functions/thumbnail/core/formats.ts';
import { fits } from '../../functions/thumbnail/core/layout.ts';
import type { AddCommand } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { wholeNumber } from '../whole-number.ts';
import type { ThumbnailArguments } from './arguments.ts';

const DESCRIPTION = `Make thumbnails of pictures.

Inputs are files, folders, quoted patterns, URLs, s3://, @lists and - for a
list on standard input, as in "droste classify".

The size is one of
  --size 75               within 75 × 75 pixels
  --size 100 200 400      several, of one decode of each picture
  --width 300             300 wide, as high as that makes it; --height likewise
  --width 300 --height 200
and --fit says how a picture goes into a box of another shape:
  inside    all of it, at most that large (default)
  contain   the same, padded to the box with the background
  cover     filling the box, cropped to it, centred
  outside   filling the box, not cropped
  fill      squashed to exactly the box
Pictures smaller than that stay as they are, unless --enlarge is given.`;

const HELP = `
Names are <picture>-<digest>-<width>x<height>.<format>. The digest is of the
picture's content and of the options, so the same input has the same name.

raw is 8-bit values without a header: rows top to bottom, pixels left to
right, RGB interleaved (--channels 3) or grey (--channels 1).

Examples:
  droste thumbnail photos/ --size 75 --out thumbs/
  droste thumbnail photos/ --size 320 640 1280 --format webp --out thumbs/
  droste thumbnail a.png --width 200 --height 200 --fit cover --out s3://bucket/thumbs
  droste thumbnail xrays/ --size 64 --fit fill --format raw --channels 1 --out arrays/
  droste thumbnail a.jpg --size 75 --json         inline, as data:image/jpeg;base64,…

${exitCodesHelp}`;

/** Largest numbers taken: the function's own bounds, and for concurrency Lambda's default account limit. */
const most = {
  side: 4_096,
  quality: 100,
  work: 10_000,
  parallel: MAX_PARALLEL_REQUESTS,
  slots: 1_000_000,
  concurrency: 1_000,
};

/** What the argument parser makes of the options: a switch that is off is absent. */
type Parsed = Pick<ThumbnailArguments, 'onError'> & Partial<Omit<ThumbnailArguments, 'inputs' | 'channels'>>;

/** `droste thumbnail <inputs…>` */
export const thumbnailCommand: AddCommand = (program, { terminal, finish }) => {
  const number = (flags: string, about: string, largest: number) =>
    new Option(flags, about).argParser(wholeNumber(1, largest));
  const side = wholeNumber(1, most.side);

  program
    .command('thumbnail')
    .summary('make thumbnails')
    .description(DESCRIPTION)
    .argument('<inputs...>', 'files, folders, patterns, URLs, @lists, -')
    .addOption(
      new Option('-s, --size <pixels...>', 'side of the box, or of several').argParser(
        (text, before: readonly number[] | undefined) => [...(before ?? []), side(text)],
      ),
    )
    .addOption(number('--width <pixels>', 'width of the box', most.side))
    .addOption(number('--height <pixels>', 'height of the box', most.side))
    .option('-o, --out <place>', 'a folder, or s3://bucket/prefix')
    .addOption(new Option('--fit <how>', 'how it goes into the box (default: inside)').choices(fits))
    .addOption(new Option('--format <format>', 'of the thumbnails (default: jpeg)').choices(formats))
    .addOption(number('--quality <n>', 'of jpeg, webp and avif (default: 80; avif 50)', most.quality))
    .option('--background <colour>', '#rgb, #rrggbb or #rrggbbaa: under transparency, and of padding')
    .option('--enlarge', 'enlarge pictures that are smaller')
    .addOption(new Option('--channels <n>', 'of raw (default: 3)').choices(['1', '3']))
    .option('--json', 'print results as NDJSON, in the order of the inputs')
    .addOption(
      new Option('--on-error <what>', 'at a picture that fails: answer the others, or stop')
        .choices(['collect', 'raise'])
        .default('collect'),
    )
    .addOption(number('--max-work <n>', 'pictures one invocation takes on itself (default: 8)', most.work))
    .addOption(number('--parallel <n>', 'children one invocation has at once (default: 10)', most.parallel))
    .addOption(number('--slots <n>', 'invocations at once (default: as --concurrency)', most.slots))
    .addOption(
      number(
        '--concurrency <n>',
        'execution environments, each a process (default: cores)',
        most.concurrency,
      ),
    )
    .option('--http', 'allow http:// beside https://')
    .option('-v, --verbose', "print the function's log")
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], options: Parsed & { readonly channels?: '1' | '3' }) => {
      const { channels, ...rest } = options;
      const args: ThumbnailArguments = {
        ...{ json: false, http: false, verbose: false },
        ...rest,
        ...(channels !== undefined && { channels: channels === '1' ? 1 : 3 }),
        inputs,
      };
      const { prepare } = await import('./prepare.ts');
      const job = await prepare(args, terminal);
      const { runThumbnail } = await import('./run.ts');
      finish(await runThumbnail(job, args, terminal));
    });
};
