/** What CloudFormation sends for a custom resource (CloudFormation user guide, custom resource request objects). */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: unknown;
}

/** CloudFormation refuses answers of more than 4,096 bytes (custom resource response objects). */
const MAX_REASON_CHARACTERS = 1_000;

const put = async (event: CustomResourceEvent, answer: Readonly<Record<string, string>>): Promise<void> => {
  const { RequestId, StackId, LogicalResourceId } = event;
  const reply = await fetch(event.ResponseURL, {
    method: 'PUT',
    // the presigned URL was signed for an empty content type
    headers: { 'content-type': '' },
    body: JSON.stringify({ RequestId, StackId, LogicalResourceId, ...answer }),
  });
  if (!reply.ok) throw new Error(`Expected CloudFormation to take the answer, received ${reply.status}`);
};

/**
 * Does the work and tells CloudFormation what came of it. An error becomes the reason the deploy fails with; without
 * an answer CloudFormation would wait for an hour.
 *
 * @param work returns the resource's physical id
 */
export const answerCloudFormation = async (
  event: CustomResourceEvent,
  work: () => Promise<string>,
): Promise<void> => {
  try {
    const PhysicalResourceId = await work();
    await put(event, { Status: 'SUCCESS', PhysicalResourceId });
  } catch (error) {
    console.error(error);
    await put(event, {
      Status: 'FAILED',
      Reason: String(error).slice(0, MAX_REASON_CHARACTERS),
      PhysicalResourceId: event.PhysicalResourceId ?? 'none',
    });
  }
};
