import { useCallback, useEffect, useRef, useState } from 'react'
import { type ImportPreview, type ImportReport } from '#shared/contracts/project.ts'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { useApp } from '../context.ts'
import { type ImportDraft, initialDraft } from './import-model.ts'
import { type ImportFormat } from './import-formats.ts'

type Phase = 'reading' | 'ready' | 'taking'

interface ImportState {
  readonly draft: ImportDraft
  readonly phase: Phase
  /** Of the draft before where a new one is being read. */
  readonly preview: ImportPreview | null
  /** A defect on the way; what is wrong with the files stands in the preview. */
  readonly error: ErrorInfo | null
  readonly change: (part: Partial<ImportDraft>) => void
  /** Puts everything into the project; null where that failed. */
  readonly take: () => Promise<ImportReport | null>
}

/** Time that a person gets to go on typing before main looks again, milliseconds. */
const PAUSE = 250

/** An import that is looked at before it is taken: main reads, and what it would take is shown anew at each change. */
export function useImport(paths: readonly string[], format: ImportFormat): ImportState {
  const { stores, projects, library } = useApp()
  const [draft, setDraft] = useState(() => initialDraft(format))
  const [state, setState] = useState<Pick<ImportState, 'phase' | 'preview' | 'error'>>({ phase: 'reading', preview: null, error: null })
  const first = useRef(true)
  useEffect(() => {
    let wanted = true
    const seen = (preview: ImportPreview | null, error: ErrorInfo | null): void => {
      if (!wanted) return
      library.setState({ importing: null })
      setState({ phase: 'ready', preview, error })
    }
    const ask = (): void => {
      stores.clients.project.previewImport({ ...draft, paths: [...paths] }).then(
        (preview) => {
          seen(preview, null)
        },
        (thrown: unknown) => {
          seen(null, toErrorInfo(thrown))
        },
      )
    }
    setState((last) => ({ ...last, phase: 'reading', error: null }))
    const timer = setTimeout(ask, first.current ? 0 : PAUSE)
    first.current = false
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [stores, library, paths, draft])
  const change = useCallback((part: Partial<ImportDraft>) => {
    setDraft((last) => ({ ...last, ...part }))
  }, [])
  const take = async (): Promise<ImportReport | null> => {
    setState((last) => ({ ...last, phase: 'taking' }))
    try {
      return await projects.takeImport({ ...draft, paths: [...paths] })
    } catch (thrown) {
      setState((last) => ({ ...last, phase: 'ready', error: toErrorInfo(thrown) }))
      return null
    }
  }
  return { draft, ...state, change, take }
}
