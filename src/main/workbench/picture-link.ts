import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as PicturesHere from '../../imaging/pictures.ts'
import { ChildPictures } from '../images/child-pictures.ts'
import type { PyramidLaunch } from '../../imaging/slides/build-pyramid.ts'
import type { Pictures } from '../images/pictures.ts'
import { bundledEntry, childNode, inElectron } from './child-node.ts'
import { projectRoot } from './root.ts'

/** What builds pyramids: inside Electron the Node of its children, on plain Node this very program (null). */
export function pyramidLaunch(): PyramidLaunch | null {
  return inElectron() ? { ...childNode(), entry: bundledEntry('imaging/pyramid.cjs') } : null
}

/** Who decodes pictures here: inside Electron a child process, on plain Node this very process. The caller stops it. */
export async function openPictures(): Promise<Pictures> {
  if (inElectron()) return new ChildPictures({ ...childNode(), entry: bundledEntry('imaging/process.cjs') })
  // By path, as the engine's entry is: no bundler may follow it and bring sharp into Electron's main process.
  const source = pathToFileURL(path.join(projectRoot(), 'src', 'imaging', 'pictures.ts')).href
  const { picturesHere } = (await import(/* @vite-ignore */ source)) as typeof PicturesHere
  const here = picturesHere()
  return { ...here, stop: () => here.close() }
}

/** Does something with pictures of its own and stops them afterwards. */
export async function withPictures<T>(work: (pictures: Pictures) => Promise<T>): Promise<T> {
  const pictures = await openPictures()
  try {
    return await work(pictures)
  } finally {
    await pictures.stop()
  }
}
