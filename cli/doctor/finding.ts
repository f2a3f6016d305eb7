/** What a check found. */
export interface Finding {
  /** What was checked, in a word or two. */
  readonly check: string;
  /** `unchecked`: it could not be looked at, or there is nothing to look at; that is no fault. */
  readonly state: 'ok' | 'wrong' | 'unchecked';
  readonly found: string;
  /** What helps, where something does. */
  readonly remedy?: string;
}
