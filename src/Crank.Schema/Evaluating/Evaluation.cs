using System.Globalization;
using System.Text;
using Crank.Schema.Json;

namespace Crank.Schema.Evaluating;

/// <summary>The state of one validation: what it may still cost, where it is, and what it found. Without a list of errors it stops at the first.</summary>
internal struct Evaluation
{
    private readonly SchemaOptions _options;
    private readonly List<(string? Name, int Index)>? _path;
    private int _depth;
    private long _steps;

    public Evaluation(SchemaOptions options, bool collect)
    {
        _options = options;
        Errors = collect ? [] : null;
        _path = collect ? [] : null;
    }

    /// <summary>Null while nothing but yes or no is wanted.</summary>
    public List<SchemaError>? Errors { get; set; }

    public bool Truncated { get; private set; }

    public readonly bool Collects => Errors is not null;

    /// <summary>A comparison that may cost what is left.</summary>
    public readonly JsonEquality Equality() => new(_options.MaxSteps - _steps, _options.MaxDepth);

    public void Enter()
    {
        if (++_depth > _options.MaxDepth)
        {
            throw new SchemaLimitException($"schemas are applied deeper than {_options.MaxDepth} inside one another");
        }

        Step();
    }

    public void Leave() => _depth--;

    public void Step()
    {
        if (++_steps > _options.MaxSteps)
        {
            throw new SchemaLimitException($"validating takes more than {_options.MaxSteps} steps");
        }
    }

    public readonly void Descend(int index) => _path?.Add((null, index));

    public readonly void Ascend() => _path?.RemoveAt(_path.Count - 1);

    public readonly void Descend(string? name) => _path?.Add((name, 0));

    public void Add(SchemaNode node, string keyword, string message)
    {
        if (Errors!.Count >= Math.Max(1, _options.MaxErrors))
        {
            Truncated = true;
            return;
        }

        Errors.Add(new(Pointer(), $"{node.Location}/{keyword}", keyword, message));
    }

    public void Add(IEnumerable<SchemaError> others)
    {
        foreach (var error in others)
        {
            if (Errors!.Count >= Math.Max(1, _options.MaxErrors))
            {
                Truncated = true;
                return;
            }

            Errors.Add(error);
        }
    }

    public readonly string Pointer()
    {
        var pointer = new StringBuilder();
        foreach (var (name, index) in _path ?? [])
        {
            pointer.Append('/').Append(name is null ? index.ToString(CultureInfo.InvariantCulture) : JsonPointer.Escape(name));
        }

        return pointer.ToString();
    }
}
