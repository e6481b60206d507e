import type { DefinitionError } from '../definition/types';

/** A pipeline in a repository: a `model-pipeline.yaml`, an entity of the catalog, or both. */
export interface FoundPipeline {
  /** Path of the file with the definition, relative to the root of the repository. */
  file: string;
  /** The first that are wrong with it; none where it is valid. */
  errors: DefinitionError[];
  /** The entity that names the definition; absent where no file of the repository has one. */
  entity?: {
    ref: string;
    /** Path of the file that holds it. */
    file: string;
    /** What is registered as a location of the catalog. */
    locationUrl: string;
    isRegistered: boolean;
    /** Whether the catalog has a pipeline of this name from elsewhere. */
    isTaken: boolean;
  };
  /** What is missing, where there is no entity. */
  proposal?: {
    name: string;
    /** Path of the file that has to hold the entity, beside the definition. */
    entityFile: string;
    /** Whether that file is there, so that the entity is added to it. */
    isAddition: boolean;
    /** The model that the file describes already. */
    modelRef?: string;
    locationUrl: string;
    /** Page of the host on which the file is written, where it has one. */
    editUrl?: string;
  };
}

/** An entity file of a repository. */
export interface FoundEntityFile {
  path: string;
  locationUrl: string;
  entities: Array<{ kind: string; namespace: string; name: string }>;
}

/** What a repository has that the catalog can be told of. */
export interface RepositoryAnalysis {
  /** As its host calls it now. */
  repositoryUrl: string;
  /** The default branch, which is what was looked at. */
  branch: string;
  pipelines: FoundPipeline[];
  entityFiles: FoundEntityFile[];
  /** Files of other CI systems that a definition can be made from. */
  importable: string[];
  /** Whether there is more than is listed. */
  isTruncated: boolean;
}
