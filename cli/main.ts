#!/usr/bin/env node
import { classifyCommand } from './commands/classify.ts';
import { localCommand } from './commands/local.ts';
import { modelCommand } from './commands/model.ts';
import { planCommand } from './commands/plan.ts';
import { thumbnailCommand } from './commands/thumbnail.ts';
import { runProgram } from './program.ts';

// a command is one file of commands/ and one word here
process.exitCode = await runProgram(
  process.argv.slice(2),
  [classifyCommand, localCommand, modelCommand, planCommand, thumbnailCommand],
  process,
);
