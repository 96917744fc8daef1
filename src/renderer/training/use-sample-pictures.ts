import { useEffect, useState } from 'react'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { type SamplePictures, type SamplePicturesRequest } from '#shared/contracts/sample-pictures.ts'
import { type TrainingData } from '#shared/contracts/work.ts'
import { useApp } from '../app/context.ts'

/** What is known of the samples; those of before stay until the next have come, so that nothing jumps. */
export interface SampleLook {
  readonly pictures: SamplePictures | null
  readonly error: ErrorInfo | null
  readonly loading: boolean
}

const NOTHING: SampleLook = { pictures: null, error: null, loading: true }

/** Samples of the next training, asked for again when the request or what is learned from changes. */
export function useSamplePictures({ preset, seed, batch, epoch, count, stain }: SamplePicturesRequest, data: TrainingData): SampleLook {
  const { stores } = useApp()
  const [look, setLook] = useState<SampleLook>(NOTHING)
  useEffect(() => {
    let wanted = true
    setLook((last) => ({ ...last, loading: true }))
    stores.clients.work.samplePictures({ preset, seed, batch, epoch, count, stain }).then(
      (pictures) => {
        if (wanted) setLook({ pictures, error: null, loading: false })
      },
      (thrown: unknown) => {
        if (wanted) setLook({ pictures: null, error: toErrorInfo(thrown), loading: false })
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, preset, seed, batch, epoch, count, stain, data])
  return look
}
