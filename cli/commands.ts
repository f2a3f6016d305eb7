import { classifyCommand } from './classify/command.ts';
import type { AddCommand } from './command.ts';
import { completionCommand } from './completion/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { jobCommand } from './job/command.ts';
import { localCommand } from './local/command.ts';
import { logsCommand } from './logs/command.ts';
import { manifestCommand } from './manifest/command.ts';
import { modelCommand } from './model/command.ts';
import { planCommand } from './plan/command.ts';
import { pruneCommand } from './prune/command.ts';
import { reportCommand } from './report/command.ts';
import { runCommand } from './run/command.ts';
import { thumbnailCommand } from './thumbnail/command.ts';

/** All commands, in the order in which help lists them. A command is a folder and one word here. */
export const commands: readonly AddCommand[] = [
  ...[classifyCommand, thumbnailCommand, runCommand, modelCommand, planCommand, localCommand],
  ...[manifestCommand, jobCommand, reportCommand, logsCommand, doctorCommand, pruneCommand],
  completionCommand,
];
