/** Models that can be had by a name, and the labels that those of ImageNet share. */
export { type CatalogueEntry, catalogue, catalogueEntry, whyLeftOut } from './catalogue.ts';
export { imagenetLabels } from './imagenet-labels.ts';
