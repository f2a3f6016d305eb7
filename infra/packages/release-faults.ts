/** What a release is made of, as far as it may have been forgotten. */
export interface ReleaseState {
  /** Of the project's package.json. */
  readonly version: string;
  /** Text of CHANGELOG.md. */
  readonly changelog: string;
  /** Tags of git. */
  readonly tags: readonly string[];
  /** Files that are not committed. */
  readonly uncommitted: readonly string[];
}

/** The entries below the heading of a version, up to the next heading of its kind. */
const entriesOf = (changelog: string, version: string): readonly string[] | undefined => {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/[\s,]/, 1)[0] === version);
  return section?.split('\n').filter((line) => line.startsWith('- '));
};

/** What was forgotten before a release, one sentence each; none is to go ahead. */
export const releaseFaults = ({ version, changelog, tags, uncommitted }: ReleaseState): readonly string[] => {
  const faults: string[] = [];
  if (tags.includes(`v${version}`)) {
    faults.push(
      `package.json: expected a version that is not released, received ${version}, which has the tag v${version}.`,
    );
  }
  const entries = entriesOf(changelog, version);
  if (entries === undefined) faults.push(`CHANGELOG.md: expected a heading "## ${version}", received none.`);
  else if (entries.length === 0)
    faults.push(`CHANGELOG.md: expected entries under "## ${version}", received none.`);
  const unreleased = entriesOf(changelog, 'Unreleased') ?? [];
  if (unreleased.length > 0) {
    faults.push(
      `CHANGELOG.md: expected nothing under "## Unreleased", received ${unreleased.length} entries.`,
    );
  }
  if (uncommitted.length > 0)
    faults.push(`Expected everything to be committed, received ${uncommitted.join(', ')}.`);
  return faults;
};
