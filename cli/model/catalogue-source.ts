import type { CatalogueEntry } from '../../models/catalogue.ts';
import { imagenetLabels } from '../../models/imagenet-labels.ts';
import type { Hub } from './hub.ts';
import type { ModelSource } from './source.ts';

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** A model of the catalogue: its graph from the hub, and the files that the zoo has none of. */
export const catalogueSource = (entry: CatalogueEntry, { endpoint, headers }: Hub): ModelSource => ({
  name: entry.name,
  page: `${endpoint}/${entry.repository}`,
  licence: entry.licence,
  headers,
  files: [
    {
      path: 'config.json',
      text: json({
        id2label: Object.fromEntries(imagenetLabels.entries()),
        num_labels: imagenetLabels.length,
        ...(entry.output === 'probabilities' && { output: entry.output }),
      }),
    },
    { path: 'preprocessor_config.json', text: json(entry.preprocessing) },
    {
      path: 'model.onnx',
      url: `${endpoint}/${entry.repository}/resolve/main/${entry.file}`,
      bytes: entry.bytes,
      digest: { kind: 'sha256', hex: entry.sha256 },
    },
  ],
});
