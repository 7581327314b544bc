/** `npm start`: prepares what is missing, then is the gateway. */
import { prepare } from './prepare/prepare.ts';
import { withTroublesTold } from './prepare/trouble.ts';

await withTroublesTold('GetHelp could not start.', async () => {
  await prepare(process.env);
  await import('../gateway/src/main.ts');
});
