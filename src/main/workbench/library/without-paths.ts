import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { modelFile } from '#shared/records/model-file.ts'
import type { ModelRecord } from '#shared/records/model.ts'

/** `model.json` of a model's folder as text; changed only where it tells where a file lay. */
export async function factsWithoutPaths(folder: string): Promise<string> {
  const text = await readFile(path.join(folder, 'model.json'), 'utf8')
  const facts = modelFile.parse(JSON.parse(text))
  const settings = withoutPaths(facts.settings)
  return settings === facts.settings ? text : JSON.stringify({ ...facts, settings }, null, 1)
}

/** Where files lay on the machine that trained is nobody else's business. */
export function withoutPaths(settings: ModelRecord['settings']): ModelRecord['settings'] {
  // A weight file keeps its name, the folder of the model that it went on from that model's id.
  const paths = ['weightFile', 'from'].filter((name) => typeof settings[name] === 'string')
  if (paths.length === 0) return settings
  // Either separator: the model may have been trained on a machine of another kind.
  return { ...settings, ...Object.fromEntries(paths.map((name) => [name, path.win32.basename(settings[name] as string)])) }
}
