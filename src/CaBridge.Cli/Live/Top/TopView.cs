using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Live.Top;

internal enum TopPage
{
    Overview,
    Servers,
    Pvs,
    Unanswered,
}

internal enum TopSort
{
    Max,
    P99,
    Median,
    Count,
    Name,
}

/// <summary>What the user chose to see, and how keys change it.</summary>
internal sealed record TopView
{
    private const int MaxTyped = 60;

    public TopPage Page { get; init; }

    public TopSort Sort { get; init; }

    /// <summary>Null for all.</summary>
    public Operation? Operation { get; init; }

    /// <summary>As it was typed; empty for all.</summary>
    public string Pv { get; init; } = "";

    /// <summary>The PV filter while it is typed; null while it is not.</summary>
    public string? Typed { get; init; }

    public bool IsPaused { get; init; }

    public bool HasQuit { get; init; }

    /// <summary>A part of a name finds it, too.</summary>
    public TopQuestion Question => new(Operation, Pv.Length == 0 || Pv.AsSpan().ContainsAny("*?[") ? Pv : $"*{Pv}*");

    public TopView After(ConsoleKeyInfo key) => Typed is { } typed ? Typing(typed, key) : key switch
    {
        { Key: ConsoleKey.Tab, Modifiers: ConsoleModifiers.Shift } => this with { Page = Turned(Page, -1) },
        { Key: ConsoleKey.Tab } => this with { Page = Turned(Page, 1) },
        { KeyChar: 'q' or 'Q' } => this with { HasQuit = true },
        { KeyChar: 's' } => this with { Sort = Turned(Sort, 1) },
        { KeyChar: 'S' } => this with { Sort = Turned(Sort, -1) },
        { KeyChar: 'o' } => this with { Operation = NextOperation() },
        { KeyChar: 'f' or '/' } => this with { Typed = Pv },
        { KeyChar: 'p' or ' ' } => this with { IsPaused = !IsPaused },
        _ => this,
    };

    private static T Turned<T>(T value, int by)
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>();
        return all[(Array.IndexOf(all, value) + by + all.Length) % all.Length];
    }

    private TopView Typing(string typed, ConsoleKeyInfo key) => key switch
    {
        { Key: ConsoleKey.Enter } => this with { Pv = typed, Typed = null },
        { Key: ConsoleKey.Escape } => this with { Typed = null },
        { Key: ConsoleKey.Backspace } => this with { Typed = typed.Length == 0 ? typed : typed[..^1] },
        { KeyChar: > ' ' and <= '~' } when typed.Length < MaxTyped => this with { Typed = typed + key.KeyChar },
        _ => this,
    };

    private Operation? NextOperation() => Operation switch
    {
        null => 0,
        { } last when (int)last == OperationNames.Count - 1 => null,
        { } operation => operation + 1,
    };
}
