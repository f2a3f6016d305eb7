import { type FamilyName, pinnedGraphs } from './catalogue-files.ts';

/** How a family takes its pixels, as `preprocessor_config.json` says it. */
export interface CataloguePreprocessing {
  readonly do_resize: true;
  readonly size: { readonly shortest_edge: number };
  readonly resample: number;
  readonly do_center_crop: true;
  readonly crop_size: { readonly height: number; readonly width: number };
  readonly do_rescale: true;
  readonly rescale_factor: number;
  readonly do_normalize: true;
  readonly image_mean: readonly number[];
  readonly image_std: readonly number[];
}

/** What the graphs of a family have in common. */
export interface CatalogueFamily {
  readonly title: string;
  /** SPDX identifier, as the family's page in the zoo states it. */
  readonly licence: string;
  readonly preprocessing: CataloguePreprocessing;
  /** What the graph ends in: `probabilities` after a softmax. */
  readonly output: 'logits' | 'probabilities';
}

/** A model that can be pulled by its name. All are classifiers of the 1,000 classes of ImageNet, in index order. */
export interface CatalogueEntry extends CatalogueFamily {
  readonly name: string;
  /** On the hub: `owner/name`. */
  readonly repository: string;
  /** The graph's path in the repository. */
  readonly file: string;
  readonly bytes: number;
  /** Of the graph's file, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Where the zoo has lived since its Git LFS downloads ended in July 2025. */
const OWNER = 'onnxmodelzoo';

const bilinear = 2;

/** Shorter edge to 256, bilinear, the middle 224×224: `imagenet_preprocess.py` of the zoo's classifiers. */
const resizeAndCrop = {
  do_resize: true,
  size: { shortest_edge: 256 },
  resample: bilinear,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  do_rescale: true,
  do_normalize: true,
} as const;

/** As torchvision's and Gluon's classifiers were trained: values from 0 to 1, per channel of RGB. */
const torchvision = {
  ...resizeAndCrop,
  rescale_factor: 1 / 255,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
} as const;

/** (v − 127) / 128, of values from 0 to 255: `pre_process_edgetpu` of the family's page. */
const edgeTpu = {
  ...resizeAndCrop,
  rescale_factor: 1,
  image_mean: [127, 127, 127],
  image_std: [128, 128, 128],
} as const;

/**
 * The families, smallest first. Only those are here whose preprocessing the zoo documents; source: the sections
 * Preprocessing, Output and License of their pages in github.com/onnx/models, `validated/vision/classification`.
 */
const families: Readonly<Record<FamilyName, CatalogueFamily>> = {
  squeezenet: {
    title: 'SqueezeNet',
    licence: 'Apache-2.0',
    preprocessing: torchvision,
    output: 'logits',
  },
  shufflenet: {
    title: 'ShuffleNet v2',
    licence: 'BSD-3-Clause',
    preprocessing: torchvision,
    output: 'logits',
  },
  mobilenet: {
    title: 'MobileNet v2',
    licence: 'Apache-2.0',
    preprocessing: torchvision,
    output: 'logits',
  },
  efficientnet: {
    title: 'EfficientNet-Lite4',
    licence: 'MIT',
    preprocessing: edgeTpu,
    output: 'probabilities',
  },
  resnet: { title: 'ResNet', licence: 'Apache-2.0', preprocessing: torchvision, output: 'logits' },
  vgg: { title: 'VGG', licence: 'Apache-2.0', preprocessing: torchvision, output: 'logits' },
};

/** The models that go by name: classifiers of the ONNX model zoo, each pinned to the bytes of its graph. */
export const catalogue: readonly CatalogueEntry[] = Object.entries(families).flatMap(([family, common]) =>
  pinnedGraphs[family as FamilyName].map(([name, bytes, sha256]) => ({
    ...common,
    name,
    repository: `${OWNER}/${name}`,
    file: `${name}.onnx`,
    bytes,
    sha256,
  })),
);

const undocumented = 'converted from Caffe, and its page does not say which pixels it takes';

/** Classifiers of the zoo that are not in the catalogue, and why. */
const leftOut: readonly (readonly [names: RegExp, why: string])[] = [
  [
    /^squeezenet1\.0-/,
    'converted from Caffe, it takes BGR from 0 to 255 less [104, 117, 123], unlike its page says',
  ],
  [/^shufflenet-\d/, 'converted from Caffe2 (v1), and its page says which pixels v2 takes'],
  [/^resnet50-caffe2-/, "converted from Caffe2, and its page says which pixels MXNet's ResNets take"],
  [/^vgg19-caffe2-/, "converted from Caffe2, and its page says which pixels MXNet's VGGs take"],
  [/^(bvlcalexnet|caffenet|densenet|googlenet|inception-v[12]|zfnet512)-/, undocumented],
  [/^rcnn-ilsvrc13-/, 'it scores regions of a picture, for a detector'],
  [/^mnist-/, 'it reads single digits, in grey'],
];

/** The entry of this name; undefined where the catalogue has none. */
export const catalogueEntry = (name: string): CatalogueEntry | undefined =>
  catalogue.find((entry) => entry.name === name);

/** Why a classifier of the zoo is not in the catalogue; undefined for any other name. */
export const whyLeftOut = (name: string): string | undefined =>
  leftOut.find(([names]) => names.test(name))?.[1];
