import type { AddCommand } from '../command.ts';
import { awsOptions, listOption } from '../options.ts';
import type { PushArguments } from './push.ts';

const DESCRIPTION = `Get models by name, and bring them to AWS.

A model is a folder in Hugging Face's layout. Those under the folder of models
go by name: droste classify --model <name>.`;

const PULL = `Get a model: one of the catalogue ("droste model list"), or owner/name, an ONNX
image classifier on Hugging Face, which is then called owner--name here.

It is verified, and loaded once, before it is there. A pull that was cut off or
stopped goes on where it was when the same command is given again.`;

const PULL_HELP = `
The model's folder goes to stdout, everything else to stderr.

Examples:
  droste model pull squeezenet1.1-7
  droste model pull mobilenetv2-12-int8 && droste classify photos/ --model mobilenetv2-12-int8
  droste model pull Xenova/resnet-50 && droste classify photos/ --model Xenova--resnet-50

Environment:
  MODELS_DIRECTORY   folder of the models that go by name
  HF_ENDPOINT        a mirror (default: https://huggingface.co)
  HF_TOKEN           for models that not everybody may read
  HTTPS_PROXY, …     proxies, and NO_PROXY

Exit codes:
  0    the model is here
  1    it could not be had, is not what it should be, or does not load
  2    usage: there is no such model, or it may not be read
  130  stopped by Ctrl-C (143: by SIGTERM); what is here is kept`;

const PUSH = `Bring a model that is here to a bucket, where a deployed function finds it:
its files go to <prefix>/<name>/. It is loaded once before.`;

const PUSH_HELP = `
The model's s3:// URI goes to stdout, everything else to stderr.

Examples:
  droste model push squeezenet1.1-7 --to s3://my-bucket/models
  droste model push squeezenet1.1-7 --function droste-classify --region eu-west-1

Exit codes:
  0    the model is there
  1    it does not load, or the bucket refused it
  2    usage: nothing was started
  130  stopped by Ctrl-C (143: by SIGTERM)`;

const CHECK = `Say what a model is: its graph, what becomes of a picture on its way to it, its
labels, its answers to some pictures, and what is unusual about it. With
examples.json in its folder (answers of transformers' pipeline, by picture), how
its answers agree with those.`;

const CHECK_HELP = `
Examples:
  droste model check basic-colours
  droste model check ./my-model --picture cat.jpg
  droste model check ./my-model --json | jq .unusual

Exit codes:
  0    it loads
  1    it does not load, or answers otherwise than examples.json
  2    usage: there is no such model, or picture
  130  stopped by Ctrl-C (143: by SIGTERM)`;

/** `droste model list | check <name> | pull <name> | push <name>` */
export const modelCommand: AddCommand = (program, { terminal, finish }) => {
  const model = program.command('model').summary('get models by name').description(DESCRIPTION);

  model
    .command('list')
    .summary('list the catalogue, and what is here')
    .description('List the models that are here, and those of the catalogue that are not.')
    .option('--json', 'print NDJSON: {name, here, bytes, licence}')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { runList } = await import('./list.ts');
      finish(await runList({ json }, terminal));
    });

  model
    .command('check')
    .summary('say what a model is, and what is unusual about it')
    .description(CHECK)
    .argument('<name>', 'a model that is here: its name, or its folder')
    .addOption(listOption('--picture <file>', 'a picture to answer for; may be given several times'))
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', CHECK_HELP)
    .action(
      async (name: string, options: { readonly picture?: readonly string[]; readonly json?: boolean }) => {
        const { runCheck } = await import('./check.ts');
        const { picture: pictures = [], json = false } = options;
        finish(await runCheck({ name, pictures, json }, terminal));
      },
    );

  model
    .command('pull')
    .summary('get a model')
    .description(PULL)
    .argument('[name]', 'a name of the catalogue, or owner/name')
    .option('--from <file>', 'take the graph from a file here, where there is no network; it is verified')
    .option('--force', 'pull it though it is here')
    .addHelpText('after', PULL_HELP)
    .action(
      async (name: string | undefined, options: { readonly force?: boolean; readonly from?: string }) => {
        const { runPull } = await import('./run-pull.ts');
        finish(await runPull({ name, force: false, ...options }, terminal));
      },
    );

  const push = model
    .command('push')
    .summary('bring a model to a bucket')
    .description(PUSH)
    .argument('<name>', 'a model that is here: its name, or its folder')
    .option('--to <uri>', 's3://bucket/prefix')
    .option('-f, --function <name>', 'the bucket of this deployed function (name, name:alias or ARN)');
  for (const option of awsOptions()) push.addOption(option);
  push.addHelpText('after', PUSH_HELP).action(async (name: string, options: Omit<PushArguments, 'name'>) => {
    const { runPush } = await import('./push.ts');
    finish(await runPush({ name, ...options }, terminal));
  });
};
