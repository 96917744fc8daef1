import { BoundedCache } from '#shared/bounded-cache.ts'
import type { OutlineModel, outlinerContract, OutlineView } from '#shared/contracts/outliner.ts'
import type { HandlersOf } from '#shared/ipc/service.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import type { Prompt } from '#shared/outline/prompt.ts'
import type { MaskShape } from '#shared/records/shape.ts'
import { SourceStore } from '../../imaging/slides/source-store.ts'
import { pyramidsIn } from '../inference/large-image.ts'
import { slidePixels } from '../inference/slide-pixels.ts'
import { SamModel, type Embedding, type LowResMask } from './sam-model.ts'

/** A view of an image, by a model. */
interface Looked {
  readonly model: OutlineModel
  readonly file: string
  readonly cacheFolder: string
  readonly view: OutlineView
}

interface Asked extends Looked {
  readonly prompt: Prompt
  readonly before: Prompt
}

/** Sixteen embeddings of 4 MiB. */
const EMBEDDING_BYTES = 64 * 2 ** 20
/** Sixty-four answers of 256 KiB. */
const ANSWER_BYTES = 16 * 2 ** 20

/**
 * Answers prompts by a model of the person's own. Each view is looked at once and remembered, as are answers, by which further clicks improve
 * them. Works off one thing at a time: a model takes all cores anyway.
 */
export class Outliner {
  readonly #sources = new SourceStore()
  readonly #embeddings = new BoundedCache<string, Embedding>({ most: EMBEDDING_BYTES, bytesOf: ({ data }) => data.byteLength })
  readonly #answers = new BoundedCache<string, LowResMask>({ most: ANSWER_BYTES, bytesOf: ({ byteLength }) => byteLength })
  #open: { readonly key: string; readonly sam: SamModel } | null = null
  #line: Promise<unknown> = Promise.resolve()
  #looks = 0

  /** How often an encoder was run. */
  get looks(): number {
    return this.#looks
  }

  handlers(): HandlersOf<typeof outlinerContract> {
    return {
      hello: () => ({ pid: process.pid }),
      check: ({ files }) => this.#next(() => this.#check(files)),
      look: (looked) =>
        this.#next(async () => {
          await this.#embedding(looked)
          return {}
        }),
      outline: (asked) => this.#next(async () => ({ mask: await this.#outline(asked) })),
    }
  }

  async close(): Promise<void> {
    await this.#next(() => Promise.resolve())
    await this.#open?.sam.close()
    this.#open = null
    await this.#sources.close()
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work)
    this.#line = result.catch(() => undefined)
    return result
  }

  async #check(files: readonly string[]): Promise<OutlineModel> {
    const { sam, model } = await SamModel.among(files)
    try {
      await sam.tryDecoder()
      return model
    } finally {
      await sam.close()
    }
  }

  async #outline({ prompt, before, ...looked }: Asked): Promise<MaskShape | null> {
    const embedding = await this.#embedding(looked)
    const sam = await this.#model(looked.model)
    const keyOf = (said: Prompt): string => JSON.stringify([looked, said])
    const { mask, logits } = await sam.decode(embedding, looked.view, prompt, this.#answers.get(keyOf(before)) ?? null)
    this.#answers.set(keyOf(prompt), logits)
    return maskOf(mask)
  }

  async #embedding(looked: Looked): Promise<Embedding> {
    const key = JSON.stringify(looked)
    const kept = this.#embeddings.get(key)
    if (kept) return kept
    const sam = await this.#model(looked.model)
    const embedding = await this.#sources.use(looked.file, pyramidsIn(looked.cacheFolder), (source) =>
      sam.encode(slidePixels(source), looked.view),
    )
    this.#looks++
    this.#embeddings.set(key, embedding)
    return embedding
  }

  async #model(model: OutlineModel): Promise<SamModel> {
    const key = JSON.stringify(model)
    if (this.#open?.key === key) return this.#open.sam
    await this.#open?.sam.close()
    this.#open = null
    const sam = await SamModel.open(model)
    this.#open = { key, sam }
    return sam
  }
}
