import * as z from 'zod';
import { copyObjects } from './copy-objects.ts';
import { answerCloudFormation, type CustomResourceEvent } from './custom-resource.ts';

const propertiesSchema = z.object({
  bucket: z.string(),
  prefix: z.string(),
  /** `bucket/key` by the path below the prefix. */
  files: z.record(z.string(), z.string()),
});

/**
 * The custom resource that puts a deploy's model into the model bucket. What it was asked to put, it leaves when it is
 * replaced or deleted: versions of the function that were deployed with it may still start.
 */
export const handler = (event: CustomResourceEvent): Promise<void> =>
  answerCloudFormation(event, async () => {
    const { bucket, prefix, files } = propertiesSchema.parse(event.ResourceProperties);
    if (event.RequestType !== 'Delete') {
      const copies = Object.entries(files).map(([path, from]) => ({ from, bucket, key: `${prefix}${path}` }));
      await copyObjects(copies);
    }
    return `${bucket}/${prefix}`;
  });
