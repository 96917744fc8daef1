import { answerProbe } from './probe.ts'

// The script that probeBackends() runs in a child process where the engine is not bundled.
void answerProbe(process.argv.at(-1))
