using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>Why a registration is refused, for programs; <c>docs/registry.md</c> lists them.</summary>
public static class RegistryCodes
{
    /// <summary>A name is another's.</summary>
    public static ErrorCode Taken { get; } = ErrorCode.Parse("capability-taken");

    /// <summary>The same version is described in two ways.</summary>
    public static ErrorCode Differs { get; } = ErrorCode.Parse("capability-differs");

    /// <summary>There are too many services.</summary>
    public static ErrorCode Full { get; } = ErrorCode.Parse("registry-full");

    /// <summary>What it says of its capabilities does not hold.</summary>
    public static ErrorCode BadDescription { get; } = ErrorCode.Parse("bad-description");
}
