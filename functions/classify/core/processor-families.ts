import type { Rounding } from '../../../images/index.ts';

/** What a Hugging Face image processor assumes where `preprocessor_config.json` says nothing. */
export interface ProcessorDefaults {
  /** `family`: its class is in the table below; `named`: it is not, so these are ViT's; `none`: there is no name. */
  readonly known: 'family' | 'named' | 'none';
  /** Whose rounding of sizes and offsets. */
  readonly rounding: Rounding;
  /** A bare number as `size` means the shorter edge (true) or a square (false). */
  readonly keepsAspect: boolean;
  /** `size` where the file has none; absent: the graph's own input size. */
  readonly size?: number;
  /** `resample`, in Pillow's numbers. */
  readonly resample: number;
  readonly centreCrop: boolean;
  /** `crop_size` where the file has none; absent: the graph's own input size. */
  readonly cropSize?: number;
  /** `crop_pct`: the share of the resized picture that is kept. */
  readonly cropShare?: number;
  readonly normalise: boolean;
  readonly mean: readonly number[] | number;
  readonly std: readonly number[] | number;
  /** `do_flip_channel_order`: the graph takes BGR. */
  readonly flipChannels: boolean;
  /** `include_top`: EfficientNet divides by the standard deviation a second time. */
  readonly dividesTwice: boolean;
}

const bilinear = 2;
const bicubic = 3;

// constants of transformers, src/transformers/utils/constants.py
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const clip = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

/** ViT's, which most classifiers use, and what an unknown or absent processor gets. */
const base: ProcessorDefaults = {
  known: 'family',
  rounding: 'transformers',
  keepsAspect: false,
  resample: bilinear,
  centreCrop: false,
  normalise: true,
  mean: 0.5,
  std: 0.5,
  flipChannels: false,
  dividesTwice: false,
};

const cropped = { keepsAspect: true, centreCrop: true, size: 224, cropSize: 224 } as const;

/** Source: the class attributes in transformers, src/transformers/models/<family>/image_processing_*.py. */
const families: Readonly<Record<string, ProcessorDefaults>> = {
  Bit: { ...base, ...cropped, ...clip, resample: bicubic },
  CLIP: { ...base, ...cropped, ...clip, resample: bicubic },
  ConvNext: { ...base, keepsAspect: true, size: 384, cropShare: 224 / 256 },
  DeiT: { ...base, centreCrop: true, size: 256, cropSize: 224, resample: bicubic },
  EfficientNet: { ...base, size: 346, resample: bicubic, dividesTwice: true },
  // LeViT names the size of its crop and resizes to 256/224 of it, which is a crop_pct of 224/256
  Levit: { ...base, ...cropped, ...imagenet, resample: bicubic, cropShare: 224 / 256 },
  MobileNetV1: { ...base, ...cropped, size: 256 },
  MobileNetV2: { ...base, ...cropped, size: 256 },
  MobileViT: { ...base, ...cropped, cropSize: 256, normalise: false, flipChannels: true },
  PoolFormer: { ...base, ...cropped, ...imagenet, resample: bicubic, cropShare: 0.9 },
  Pvt: { ...base, ...imagenet, size: 224 },
  ViT: base,
};

/**
 * The defaults of an image processor by its class name (`image_processor_type` or the older
 * `feature_extractor_type`: `ConvNextImageProcessor`, `MobileViTFeatureExtractor`, `CLIPImageProcessorFast`).
 * Unknown and absent names get those of ViT, and what of them changes pixels may then not be taken unsaid
 * (`preprocessor-keys.ts`).
 *
 * Sizes are rounded as transformers does, but by torchvision where that does it (`…Fast` and timm's), and as the ONNX
 * model zoo does where no processor is named: its models come without one.
 */
export const processorDefaults = (processor: string | undefined): ProcessorDefaults => {
  if (processor === undefined) return { ...base, known: 'none', rounding: 'onnx-zoo' };
  const [, family = '', backend] =
    /^(.*?)(?:ImageProcessor|FeatureExtractor)(Fast|Pil)?$/.exec(processor) ?? [];
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  const defaults: ProcessorDefaults = known ?? { ...base, known: 'named' };
  return backend === 'Fast' || family === 'TimmWrapper' ? { ...defaults, rounding: 'torchvision' } : defaults;
};
