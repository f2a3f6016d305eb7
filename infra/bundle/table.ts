import type { Manifest } from './manifest.ts';

/** Files smaller than this are summed up by purpose. */
const WORTH_A_LINE_BYTES = 500_000;

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2).padStart(8)} MB`;

/** A manifest for the eye: the large files, the rest by purpose, the sum. Lines end with a newline. */
export const tableOf = ({ files, bytes }: Manifest): string => {
  const large = files.filter((file) => file.bytes >= WORTH_A_LINE_BYTES).sort((a, b) => b.bytes - a.bytes);
  const small = Map.groupBy(
    files.filter((file) => file.bytes < WORTH_A_LINE_BYTES),
    ({ purpose }) => purpose,
  );
  const lines = [
    ...large.map((file) => [file.bytes, file.path] as const),
    ...[...small].map(([purpose, group]) => {
      const sum = group.reduce((total, file) => total + file.bytes, 0);
      return [sum, `${purpose}: ${group.length} ${large.length > 0 ? 'smaller ' : ''}files`] as const;
    }),
    [bytes, `in all, ${files.length} files`] as const,
  ];
  return lines.map(([size, what]) => `${megabytes(size)}  ${what}\n`).join('');
};
