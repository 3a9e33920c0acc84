/** What an image is built from. */
export interface ImageOptions {
  /** The Dockerfile's path. Its `ARG`s `BUILD` and `BASE` are made here: see {@link buildImage}. */
  readonly dockerfile: string;
  /** The folder that the Dockerfile copies from, whose `.dockerignore` holds. */
  readonly context: string;
  /** Other build arguments. */
  readonly args?: Readonly<Record<string, string>>;
  /** Where finished images are kept, one for each state of the sources; nothing else is left behind anywhere. */
  readonly cache: string;
}

/** How an image is run, as its configuration in the OCI image specification says. */
export interface ImageConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** A layer of an image. */
export interface ImageLayer {
  /** A gzipped tar. */
  readonly path: string;
  /** Its size as it is sent. */
  readonly bytes: number;
}

/** An image on this machine's disk. */
export interface Image {
  /** The folder that holds it, as the OCI image layout has it. */
  readonly layout: string;
  /** What its manifest is called: `sha256:…`. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** The layer of `BASE`. */
  readonly base: ImageLayer;
  /** What the Dockerfile adds to it. */
  readonly added: readonly ImageLayer[];
}

/** Something in a layer. */
export interface ImageFile {
  /** Without a slash at its start or end. */
  readonly path: string;
  /** As `ls` writes it: `-rw-r--r--`. */
  readonly mode: string;
  /** Numbers: `0/0`. */
  readonly owner: string;
  readonly bytes: number;
}
