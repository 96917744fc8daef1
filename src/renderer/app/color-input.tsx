import styles from './color-input.module.css'

interface ColorInputProps {
  readonly label: string
  /** `#rrggbb`. */
  readonly value: string
  readonly disabled?: boolean
  readonly onChange: (color: string) => void
}

/** A colour as a small swatch; a click opens the system's own colour choice. */
export function ColorInput({ label, value, disabled = false, onChange }: ColorInputProps) {
  return (
    <input
      type="color"
      className={styles['swatch']}
      aria-label={label}
      title={label}
      value={value}
      disabled={disabled}
      onChange={(event) => {
        onChange(event.currentTarget.value)
      }}
    />
  )
}
