/** What is made for AWS, for the command and the measurements. The constructs have a door of their own, as a package has. */
export { type Bundle, type BundleOptions, bundleFunction } from './bundle/bundle.ts';
