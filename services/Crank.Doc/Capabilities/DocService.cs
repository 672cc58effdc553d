using Crank.Core;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>CrankDoc: conversion, detection and facts of documents.</summary>
public static class DocService
{
    /// <summary>Makes the service, for a worker to host.</summary>
    public static Service Create() => new("crank-doc", new SemanticVersion(1, 0, 0), new ConvertCapability(), new DetectCapability(), new InfoCapability());
}
