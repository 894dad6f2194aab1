/** A file, folder or link of the sandbox host. Owner and group are root's unless said; modes are four octal digits. */
export type GoodFile =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly content: string
      readonly mode?: string
      readonly uid?: number
      readonly gid?: number
    }
  | {
      readonly kind: 'folder'
      readonly path: string
      readonly mode?: string
      readonly uid?: number
      readonly gid?: number
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
