import { App, type AppProps } from 'aws-cdk-lib';

/** An app whose templates are asserted on: what `cdk synth` says of them takes seconds, and has tests of its own. */
export const newApp = (props: AppProps = {}): App =>
  new App({ ...props, builtinCloudFormationValidation: false });
