import { InvalidArgumentError, Option } from 'commander';
import { fits, formats, type ThumbnailFormat } from '../../functions/thumbnail/index.ts';
import type { AddCommand } from '../command.ts';
import { numberOption, wholeNumber } from '../options.ts';
import { addPictureOptions, exitCodesHelp, inputsHelp, readPictureArguments } from '../run/options.ts';
import type { ThumbnailArguments } from './run.ts';

const DESCRIPTION = `Make thumbnails of pictures.

${inputsHelp}

The size is one of
  --size 75               within 75 × 75 pixels
  --size 100,200,400      several, of one decode of each picture
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
picture's content and of the options, so the same input has the same name, and what is
there is not made again (--remake).
A deployed function (--function) puts them where its own OUTPUT says.

raw is 8-bit values without a header: rows top to bottom, pixels left to
right, RGB interleaved (--channels 3) or grey (--channels 1).

Examples:
  droste thumbnail photos/ --size 75 --out thumbs/
  droste thumbnail --size 320,640,1280 --format webp --out thumbs/ photos/
  droste thumbnail a.png --width 200 --height 200 --fit cover --out s3://bucket/thumbs
  droste thumbnail xrays/ --size 64 --fit fill --format raw --channels 1 --out arrays/
  droste thumbnail a.jpg --size 75 --json         inline, as data:image/jpeg;base64,…

${exitCodesHelp}`;

const MAX_SIDE = 4_096;
const side = wholeNumber(1, MAX_SIDE);

/** `100,200`, given once or several times. One word each time, so that a picture may follow. */
const sides = (text: string, before: readonly number[] = []): readonly number[] => {
  const words = text.split(',');
  if (words.includes('')) throw new InvalidArgumentError('Expected sides in pixels, as in 100,200,400.');
  return [...before, ...words.map(side)];
};

/** `droste thumbnail <inputs…>` */
export const thumbnailCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('thumbnail')
    .summary('make thumbnails')
    .description(DESCRIPTION)
    .argument('<inputs...>', 'files, folders, patterns, URLs, @lists, -')
    .addOption(new Option('-s, --size <pixels>', 'side of the box, or of several').argParser(sides))
    .addOption(numberOption('--width <pixels>', 'width of the box', MAX_SIDE))
    .addOption(numberOption('--height <pixels>', 'height of the box', MAX_SIDE))
    .option('-o, --out <place>', 'a folder, or s3://bucket/prefix')
    .addOption(new Option('--fit <how>', 'how it goes into the box (default: inside)').choices(fits))
    .addOption(new Option('--format <format>', 'of the thumbnails (default: jpeg)').choices(formats))
    .addOption(numberOption('--quality <n>', 'of jpeg, webp and avif (default: 80; avif 50)', 100))
    .option('--background <colour>', '#rgb, #rrggbb or #rrggbbaa: under transparency, and of padding')
    .option('--enlarge', 'enlarge pictures that are smaller')
    .option('--remake', 'make thumbnails that are in their place already too')
    .addOption(new Option('--channels <n>', 'of raw (default: 3)').choices(['1', '3']));
  addPictureOptions(command, '--results')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[]) => {
      const { format, ...own } = command.opts<
        Omit<ThumbnailArguments, 'format'> & { readonly format?: ThumbnailFormat }
      >();
      const args = {
        ...own,
        ...(format !== undefined && { thumbnailFormat: format }),
        ...readPictureArguments(command, inputs, ['out'], 'results'),
      };
      const { runThumbnail } = await import('./run.ts');
      finish(await runThumbnail(args, terminal));
    });
};
