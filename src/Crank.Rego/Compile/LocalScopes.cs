namespace Crank.Rego.Compile;

/// <summary>The variables known at a place, scope by scope.</summary>
internal sealed class LocalScopes
{
    private readonly List<Scope> _scopes;

    public LocalScopes()
        : this([new Scope()])
    {
    }

    private LocalScopes(List<Scope> scopes) => _scopes = scopes;

    /// <summary>Original names by the names that replaced them.</summary>
    public Dictionary<string, string> Rewritten { get; private init; } = [];

    /// <summary>The innermost scope.</summary>
    public Scope Inner => _scopes[^1];

    public LocalScopes Copy() => new([.. _scopes.Select(scope => scope.Copy())]) { Rewritten = new Dictionary<string, string>(Rewritten) };

    public void Push() => _scopes.Add(new Scope());

    public void Pop() => _scopes.RemoveAt(_scopes.Count - 1);

    public void Insert(string name, string replacement, LocalOccurrence occurrence)
    {
        Inner.Names[name] = replacement;
        Inner.Occurrences[name] = occurrence;
        Inner.Counts[name] = 1;
        if (name != replacement)
            Rewritten[replacement] = name;
    }

    /// <summary>The name that replaces a variable known here, or null.</summary>
    public string? Declared(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].Names.TryGetValue(name, out var replacement))
                return replacement;
        }
        return null;
    }

    /// <summary>How the variable occurred in the innermost scope.</summary>
    public LocalOccurrence OccurrenceHere(string name) => Inner.Occurrences.GetValueOrDefault(name);

    /// <summary>How the variable occurred in the innermost scope that knows it.</summary>
    public LocalOccurrence OccurrenceAnywhere(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].Occurrences.TryGetValue(name, out var occurrence))
                return occurrence;
        }
        return LocalOccurrence.New;
    }

    public void Seen(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].Counts.TryGetValue(name, out var count))
            {
                _scopes[i].Counts[name] = count + 1;
                return;
            }
        }
        Inner.Counts[name] = 1;
    }

    public int CountOf(string name)
    {
        for (var i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].Counts.TryGetValue(name, out var count))
                return count;
        }
        return 0;
    }

    internal sealed class Scope
    {
        public Dictionary<string, string> Names { get; private init; } = [];

        public Dictionary<string, LocalOccurrence> Occurrences { get; private init; } = [];

        public Dictionary<string, int> Counts { get; private init; } = [];

        public Scope Copy() => new()
        {
            Names = new Dictionary<string, string>(Names),
            Occurrences = new Dictionary<string, LocalOccurrence>(Occurrences),
            Counts = new Dictionary<string, int>(Counts),
        };
    }
}
