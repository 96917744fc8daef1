import { Anchor, Text } from '@mantine/core'
import { Fragment, useMemo } from 'react'
import { countedTwice } from '#shared/counts/marked-twice.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNameOf } from '../state/context.tsx'
import { openCounted } from './open-in-label.ts'
import { useCount, useCountColumns, useCountedScore, useSource } from './use-counts.ts'
import styles from './count.module.css'

/** Images that are named, those with most first. */
const NAMED = 5

/** That objects lie on others of their class, so that numbers may be too high: on which images, a click away. Nothing where none does. */
export function MarkedTwice({ images }: { readonly images: readonly ImageRecord[] }) {
  const { count } = useApp()
  const found = useTwice(images)
  const filtered = useCount(({ only }) => only?.by === 'twice')
  if (found.length === 0) return null
  const objects = found.reduce((sum, [, n]) => sum + n, 0)
  const showAll = (): void => {
    count.setState({ by: 'image', only: { by: 'twice', name: '', ids: new Set(found.map(([id]) => id)) } })
  }
  return (
    <Text size="sm" role="note" className={styles['twice']}>
      {t('{{count}} objects lie on or in another of their class: if they are the same ones, these numbers are too high.', {
        count: objects,
      })}{' '}
      {found.slice(0, NAMED).map(([id, n], at) => (
        <Fragment key={id}>
          {at > 0 && ', '}
          <OfImage id={id} n={n} />
        </Fragment>
      ))}
      {found.length > NAMED && !filtered && (
        <>
          {', '}
          <Anchor component="button" size="sm" onClick={showAll}>
            {t('all {{count}} images', { count: found.length })}
          </Anchor>
        </>
      )}
    </Text>
  )
}

/** Images with the number of objects that are one too many, those with most first. */
function useTwice(images: readonly ImageRecord[]): readonly (readonly [ImageId, number])[] {
  const columns = useCountColumns()
  const { kind } = useSource()
  const score = useCountedScore()
  return useMemo(() => {
    if (columns === null) return []
    const found = countedTwice(columns, { kind, score, shown: new Set(images.map(({ id }) => id)) })
    return [...found].sort(([, a], [, b]) => b - a)
  }, [columns, kind, score, images])
}

function OfImage({ id, n }: { readonly id: ImageId; readonly n: number }) {
  const app = useApp()
  const classes = useDocument((state) => state.classes)
  const name = useNameOf(useDocument(({ tables }) => tables.images.get(id)))
  const source = useSource()
  const open = (): void => {
    void openCounted(app, { imageId: id, region: null, classIds: classes.map((one) => one.id), source, twice: true })
  }
  return (
    <Anchor component="button" size="sm" title={t('Show them selected in Label, to be looked at or deleted')} onClick={open}>
      {`${name} (${shownNumber(n)})`}
    </Anchor>
  )
}
