import { IconPhoto } from '@tabler/icons-react'
import { useState } from 'react'
import { type ImageId } from '#shared/records/ids.ts'
import { useApp, useLibrary } from '../app/context.ts'
import { cx } from '../app/css.ts'
import styles from './thumbnail.module.css'

/** A small picture of an image; a placeholder until it is made. */
export function Thumbnail({ id, className }: { readonly id: ImageId; readonly className?: string }) {
  const version = useLibrary(({ thumbnails }) => thumbnails.get(id) ?? 0)
  return <Picture key={version} id={id} version={version} className={className} />
}

interface PictureProps {
  readonly id: ImageId
  readonly version: number
  readonly className: string | undefined
}

function Picture({ id, version, className }: PictureProps) {
  const { stores } = useApp()
  const [failed, setFailed] = useState(false)
  const url = stores.clients.thumbnailUrl(id)
  const fail = (): void => {
    setFailed(true)
  }
  return (
    <span className={cx(styles['frame'], className)}>
      {failed ? (
        <IconPhoto size={16} stroke={1.2} aria-hidden />
      ) : (
        <img
          className={styles['picture']}
          src={version === 0 || url.startsWith('data:') ? url : `${url}?v=${String(version)}`}
          alt=""
          onError={fail}
          draggable={false}
        />
      )}
    </span>
  )
}
