using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Errors found so far, no more than allowed.</summary>
internal sealed class Problems(int most)
{
    private readonly List<RegoError> _errors = [];

    public IReadOnlyList<RegoError> All => _errors;

    public bool Any => _errors.Count > 0;

    /// <summary>Are there as many as are reported?</summary>
    public bool Full { get; private set; }

    public void Add(string code, Location? at, string message) => Add(new RegoError(code, message, at));

    public void Add(RegoError error)
    {
        if (Full)
            return;
        _errors.Add(error);
        if (_errors.Count < most)
            return;
        Full = true;
        _errors.Add(new RegoError(RegoErrorCodes.Compile, "error limit reached", null));
    }

    public void Add(IEnumerable<RegoError> errors)
    {
        foreach (var error in errors)
            Add(error);
    }
}
