/** As much of a browser as the page uses, so that its script can be checked without the types of all the rest. */
export interface PageElement {
  textContent: string | null
  hidden: boolean
  disabled: boolean
  readonly dataset: Record<string, string | undefined>
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  append(...children: (PageElement | string)[]): void
  replaceChildren(...children: (PageElement | string)[]): void
  addEventListener(type: 'click', listener: () => void): void
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): Iterable<PageElement>
}

export interface PageDocument extends Pick<PageElement, 'querySelector' | 'querySelectorAll'> {
  readonly documentElement: PageElement
  createElement(name: string): PageElement
  createElementNS(namespace: string, name: string): PageElement
}

export interface PageWorld {
  readonly document: PageDocument
  readonly location: { readonly origin: string; readonly pathname: string; reload(): void }
  readonly localStorage: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
}

/** The browser that the script runs in. */
export const world = globalThis as unknown as PageWorld
