import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { NativeBackend, NativeTensorInfo } from '../backends/native.ts'
import { savedModel } from './traced-saved-model.ts'
import type { GraphNode, Ref } from './traced-graph.ts'

/** What is fed: a node and the handle of a tensor. */
export type Feed = readonly [Ref, number]

/** A graph loaded into a TensorFlow session of its own; its variables live there until dispose(). */
export class GraphSession {
  readonly #backend: NativeBackend
  readonly #id: number

  constructor(backend: NativeBackend, nodes: readonly GraphNode[]) {
    this.#backend = backend
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'step-graph-'))
    try {
      fs.writeFileSync(path.join(folder, 'saved_model.pb'), savedModel(nodes))
      this.#id = backend.binding.loadSavedModel(folder, 'serve')
    } finally {
      fs.rmSync(folder, { recursive: true })
    }
  }

  /** Runs until `fetch` is there. The results are handles that the caller deletes. Blocks the process meanwhile. */
  run(feeds: readonly Feed[], fetch: readonly Ref[]): NativeTensorInfo[] {
    const ids = feeds.map(([, id]) => id)
    return this.#backend.binding.runSavedModel(this.#id, ids, feeds.map(([ref]) => ref).join(), fetch.join()) // prettier-ignore
  }

  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#id)
  }
}
