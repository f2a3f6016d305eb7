import { catalogueEntry } from '../../models/catalogue.ts';
import { isRepositoryName } from './hub-source.ts';

/** The command that gets a model of the catalogue, or of the hub if the name is `owner/name`; undefined for others. */
export const commandFor = (choice: string): string | undefined => {
  const isKnown = catalogueEntry(choice) !== undefined || isRepositoryName(choice);
  return isKnown ? `droste model pull ${choice}` : undefined;
};
