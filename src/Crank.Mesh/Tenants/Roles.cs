using System.Collections.Immutable;

namespace Crank.Mesh.Tenants;

/// <summary>What a principal may be within its tenant. The words are stored and come from identities: a word never changes its meaning.</summary>
public static class Roles
{
    /// <summary>May do everything in its tenant.</summary>
    public const string Owner = "owner";

    /// <summary>May run capabilities, and manages principals and keys of its tenant.</summary>
    public const string Admin = "admin";

    /// <summary>A person who may run capabilities.</summary>
    public const string Member = "member";

    /// <summary>A program that may run capabilities.</summary>
    public const string Agent = "agent";

    /// <summary>A service: may run what its manifest lists, for a job that it runs, and nothing else.</summary>
    public const string Worker = "worker";

    /// <summary>May look and not run.</summary>
    public const string Viewer = "viewer";

    /// <summary>True for a role that may run capabilities.</summary>
    public static bool MayInvoke(string role) => role is Owner or Admin or Member or Agent or Worker;

    /// <summary>What an identity says now, cut to what is stored; a record without roles leaves it as it is.</summary>
    /// <param name="said">The roles of the identity.</param>
    /// <param name="stored">The roles of the record; null for none named.</param>
    public static ImmutableArray<string> Effective(ImmutableArray<string> said, ImmutableArray<string>? stored) =>
        said.IsDefaultOrEmpty ? [] : stored is not { IsDefault: false } known ? said : [.. said.Where(known.Contains)];
}
