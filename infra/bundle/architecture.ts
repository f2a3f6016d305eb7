/** Processor of the target. Lambda runs Linux with glibc (Amazon Linux 2023) on both. */
export const architectures = ['arm64', 'x64'] as const;

export type Architecture = (typeof architectures)[number];

/** arm64 costs a fifth less per millisecond (AWS Lambda pricing), and its natives are the smaller ones. */
export const defaultArchitecture: Architecture = 'arm64';
