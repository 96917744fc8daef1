import { must } from '#shared/assert.ts'
import type { ModelDescription } from '#shared/contracts/engine.ts'
import { createRandom } from '#shared/random.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { openForeignSession } from './foreign-session.ts'

/**
 * What a graph that was made elsewhere takes and gives, found out by having it look at a picture of noise. @throws AppError `graph-unfit` where
 * it does not run, or gives something else than was said.
 */
export async function describeForeign(bytes: Uint8Array, file: ModelFile): Promise<ModelDescription> {
  const { channels, multiple, fixed } = must(file.foreign, 'it was made elsewhere').input
  const [height, width] = must(file.inferenceSizes[0], 'it has a size')
  const random = createRandom('probe')
  const session = await openForeignSession(bytes, file, 1)
  try {
    const outputs = await session.run(
      Float32Array.from({ length: height * width * channels }, () => random.int(256)),
      1,
      height,
      width,
    )
    return {
      ...{ task: file.task, preset: file.preset, classes: file.classes },
      input: { channels, multiple, fixedSize: fixed ? Math.max(height, width) : null },
      outputs: Object.entries(outputs).map(([name, { shape }]) => ({ name, shape: [...shape] })),
    }
  } finally {
    await session.dispose()
  }
}
