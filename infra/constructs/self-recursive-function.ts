import type { Construct } from 'constructs';
import { allowSelfInvoke } from './self-invoke-policy.ts';
import { VersionedFunction, type VersionedFunctionProps } from './versioned-function.ts';

export type SelfRecursiveFunctionProps = VersionedFunctionProps;

/** A versioned function that may invoke itself: its own qualified ARNs, and no other function's. */
export class SelfRecursiveFunction extends VersionedFunction {
  constructor(scope: Construct, id: string, props: SelfRecursiveFunctionProps) {
    super(scope, id, props);
    allowSelfInvoke(this, this.role, this.function, [this.alias]);
  }
}
