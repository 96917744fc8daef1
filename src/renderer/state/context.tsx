import { createContext, useContext, type ReactNode } from 'react'
import { useStore, type StoreApi } from 'zustand'
import { must } from '#shared/assert.ts'
import { type CommandId } from '#shared/commands.ts'
import { showChord } from '#shared/keys.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { namesFor, type Names } from './names.ts'
import { type Stores } from './stores.ts'

const StoresContext = createContext<Stores | null>(null)

/** Gives the stores of a window to everything in it. */
export function StoresProvider({ stores, children }: { readonly stores: Stores; readonly children: ReactNode }): ReactNode {
  return <StoresContext value={stores}>{children}</StoresContext>
}

export function useStores(): Stores {
  return must(useContext(StoresContext), 'components of the window stand inside StoresProvider')
}

/** A hook on a part of one store's state; the component draws again only when that part is another (compared by identity). */
function hookOn<S>(pick: (stores: Stores) => StoreApi<S>): <T>(selector: (state: S) => T) => T {
  return function useStorePart<T>(selector: (state: S) => T): T {
    return useStore(pick(useStores()), selector)
  }
}

export const useDocument = hookOn((stores) => stores.document)
export const usePredictions = hookOn((stores) => stores.predictions)
export const useScene = hookOn((stores) => stores.scene)
export const useSelection = hookOn((stores) => stores.selection)
export const useTool = hookOn((stores) => stores.tool)
export const useGesture = hookOn((stores) => stores.gesture)
export const useView = hookOn((stores) => stores.view)
export const useDisplay = hookOn((stores) => stores.display)
export const useFilter = hookOn((stores) => stores.filter)
export const useBeside = hookOn((stores) => stores.beside)
export const useChannels = hookOn((stores) => stores.channels)
export const useMaps = hookOn((stores) => stores.maps)
export const useMessages = hookOn((stores) => stores.messages)
export const useKeys = hookOn((stores) => stores.keys)

/** The names by which images are shown now. */
export function useNames(): Names {
  const masked = useDisplay((state) => state.maskNames)
  return useDocument(({ images }) => namesFor(images, masked))
}

/** The name by which an image is shown now; empty without one. */
export function useNameOf(image: Pick<ImageRecord, 'id' | 'name'> | null | undefined): string {
  const masked = useDisplay((state) => state.maskNames)
  return useDocument(({ images }) => (image ? namesFor(images, masked).of(image) : ''))
}

/** The key of a command as a person reads it, or an empty text where it has none. */
export function useKeyOf(id: CommandId): string {
  return useKeys(({ bindings, mac }) => {
    const chord = bindings.get(id)?.[0]
    return chord === undefined ? '' : showChord(chord, mac)
  })
}
