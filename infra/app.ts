import { DrosteError } from '../platform/index.ts';
import { buildApp } from './build-app.ts';

try {
  await buildApp();
} catch (error) {
  if (!(error instanceof DrosteError)) throw error;
  // what is wrong is in the message; a stack trace would bury it
  process.stderr.write(`\n${error.message}\n\n`);
  process.exit(1);
}
