using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Extcap.Annotation;

/// <summary>
/// What one packet did: gets the messages and operations that an analyzer tells while it takes the packet, weighs them against the user's filter,
/// and puts them into words. One packet at a time: <see cref="Begin"/>, the analysis, <see cref="End"/>.
/// </summary>
internal sealed class PacketNotes(FrameNumbers frames)
{
    /// <summary>From here on only what failed or was slow is told, the rest is counted.</summary>
    private const int MaxLength = 1000;

    private readonly Outliers _outliers = new();
    private readonly CommentBuffer _comment = new();

    /// <summary>What comes last, as a column shows the beginning: rights and names, which come with each channel.</summary>
    private readonly CommentBuffer _aside = new();
    private readonly LikeMessages _alike = new();
    private readonly List<Transaction> _ended = [];
    private ShowFilter _filter = new();
    private bool _tells;
    private bool _hasMessage;
    private bool _hasMatch;
    private int _untold;

    /// <summary>Of the latest packet.</summary>
    public ReadOnlySpan<char> Comment => _comment.Text;

    /// <param name="tells">Whether words are wanted.</param>
    public void Begin(ShowFilter filter, bool tells)
    {
        (_filter, _tells) = (filter, tells);
        (_hasMessage, _hasMatch, _untold, _comment.Length, _aside.Length) = (false, false, 0, 0, 0);
        _alike.Clear();
        _ended.Clear();
    }

    /// <summary>A <see cref="TransactionHandler"/>: comes before the message that ended the operation, or without one.</summary>
    public void Take(in Transaction transaction) => _ended.Add(transaction);

    /// <summary>A <see cref="MessageHandler"/>.</summary>
    public void Take(in DecodedMessage message)
    {
        _hasMessage = true;
        var operation = MessageOperation.Of(message);
        var answered = operation is { } asked ? Claim(asked, message.Frame) : -1;
        Transaction? transaction = answered >= 0 ? _ended[answered] : null;
        if (answered >= 0)
        {
            _ended.RemoveAt(answered);
        }

        var sender = MessageShape.Of(message).Sender;
        var (client, server) = sender == Sender.Server ? (message.Destination, message.Source) : (message.Source, message.Destination);
        _hasMatch |= Matches(operation, message.Pv, client, server, transaction?.Latency);
        if (_tells && message.Header.Command is not (CaCommand.Version or CaCommand.RsrvIsUp))
        {
            Tell(message, sender, operation, transaction);
        }
    }

    /// <summary>What ended without a message is told, too.</summary>
    /// <param name="analyzer">That which has taken the packet.</param>
    /// <returns>Whether the packet is one that the user wants to see.</returns>
    public bool End(Analyzer analyzer)
    {
        TellAlike();
        foreach (var transaction in _ended)
        {
            // a timeout is over at some packet, which has nothing to do with it
            if (transaction.Outcome is not (Outcome.TimedOut or Outcome.Pending))
            {
                _hasMatch |= Matches(transaction.Operation, transaction.Pv, transaction.Client, transaction.Server, transaction.Latency);
                if (_tells)
                {
                    Tell(transaction);
                }
            }
        }

        if (_aside.Length > 0)
        {
            _comment.Append(_comment.Length > 0 ? "; " : "").Append(_aside.Text);
        }

        if (_untold > 0)
        {
            _comment.Append("; +").Append(_untold).Append(" more");
        }

        return _hasMatch || (!_hasMessage && _filter.TakesWithoutMessage(analyzer.Latest)) || HasWantedPart(analyzer);
    }

    /// <summary>What the packet let be known to be wrong; after <see cref="End"/>.</summary>
    public void Tell(Finding finding)
    {
        if (TryBeginNote(isImportant: true, _comment))
        {
            _comment.Append("finding: ").Append(finding.Kind.Id()).Append(", ").Append(finding.Severity.Name()).Append(": ").Append(ForeignText.Line(finding.Title));
        }
    }

    /// <summary>Whether a message that is wanted has begun, or goes on, in the packet; how long its reply will have taken is not known then.</summary>
    private bool HasWantedPart(Analyzer analyzer) =>
        !_filter.AsksForLatency
        && analyzer.LatestPart() is { } part
        && (Matches(MessageOperation.Of(part.Command), part.Pv, analyzer.Latest.Source, analyzer.Latest.Destination, latency: null)
            || Matches(MessageOperation.Of(part.Command), part.Pv, analyzer.Latest.Destination, analyzer.Latest.Source, latency: null));

    /// <returns>Of <see cref="_ended"/>; -1 if none is of this operation.</returns>
    private int Claim(Operation operation, long replyFrame)
    {
        var place = _ended.Count - 1;
        while (place >= 0 && (_ended[place].Operation != operation || _ended[place].ReplyFrame != replyFrame))
        {
            place--;
        }

        return place;
    }

    private bool Matches(Operation? operation, PvName? pv, Endpoint client, Endpoint server, CaptureDuration? latency) =>
        _filter.IsFrom(client, server)
        && _filter.Pvs.Matches(pv)
        && (_filter.Operations.Count == 0 || (operation is { } known && _filter.Operations.Contains(known)))
        && (!_filter.AsksForLatency || latency >= _filter.MinimumLatency);

    private void Tell(in DecodedMessage message, Sender sender, Operation? operation, Transaction? transaction)
    {
        var outlier = transaction is { } judged ? _outliers.Judge(judged) : null;
        var isImportant = outlier is not null || transaction is { Outcome: not (Outcome.Answered or Outcome.NoRequest) } || message.Header.Command is CaCommand.Error or CaCommand.CreateChFail;
        var command = message.Header.Command;
        var kind = operation is null ? "" : sender == Sender.Client ? " request" : transaction is not null || !MayComeUnasked(command) ? " reply" : " update";
        if (transaction is null && !isImportant && kind.Length > 0 && command != CaCommand.AccessRights)
        {
            if (!_alike.TryAdd(command, kind, message.Pv, isNamed: _filter.Pvs.Matches(message.Pv)))
            {
                TellAlike();
                _alike.TryAdd(command, kind, message.Pv, isNamed: _filter.Pvs.Matches(message.Pv));
            }

            return;
        }

        var isAside = transaction is null && command is (CaCommand.ClientName or CaCommand.HostName or CaCommand.AccessRights);
        if (!isAside)
        {
            TellAlike();
        }

        var comment = isAside ? _aside : _comment;
        if (!TryBeginNote(isImportant, comment))
        {
            return;
        }

        comment.Append(command.Name()).Append(kind);
        if (message.Pv is { } pv)
        {
            comment.Append(" PV=").Append(pv);
        }

        switch (command)
        {
            case CaCommand.ClientName or CaCommand.HostName:
                comment.Append(" ").Append(ForeignText.Word(System.Text.Encoding.UTF8.GetString(PayloadText.UntilNul(message.Payload))));
                break;
            case CaCommand.AccessRights:
                comment.Append(" ").Append(AccessRights.Name(message.Header.Parameter2));
                break;
            case CaCommand.Error:
                comment.Append(" ").Append(EcaStatus.Name(message.Header.Parameter2));
                break;
        }

        if (transaction is { } ended)
        {
            TellEnd(ended, outlier);
            TellIfEarlier(message.Frame);
        }
    }

    /// <summary>What <see cref="_alike"/> has; afterwards it has nothing.</summary>
    private void TellAlike()
    {
        if (_alike.Count > 0)
        {
            if (TryBeginNote(isImportant: false, _comment))
            {
                _alike.Tell(_comment);
            }
            else
            {
                _untold += _alike.Count - 1;
            }

            _alike.Clear();
        }
    }

    private void TellEnd(in Transaction transaction, double? outlier)
    {
        if (transaction.Latency is { } latency)
        {
            _comment.Append(" ").AppendDuration(latency.Nanoseconds);
            TellRequest(transaction.RequestFrame);
        }
        else if (transaction.Outcome == Outcome.NoRequest)
        {
            _comment.Append(", its request was not captured");
        }

        if (transaction.Tries > 1)
        {
            _comment.Append(", ").Append(transaction.Tries).Append(" tries");
        }

        if (transaction.Outcome == Outcome.Failed)
        {
            _comment.Append(", ").Append(StatusText.Of(transaction.Status) ?? "refused");
        }
        else if (transaction.Outcome != Outcome.Answered && transaction.Outcome != Outcome.NoRequest)
        {
            _comment.Append(", ").Append(OutcomeText.Words(transaction.Outcome));
        }

        if (outlier is { } times)
        {
            _comment.Append(", outlier: ").Append((long)times).Append(" x the median");
        }
    }

    private void TellRequest(long requestFrame)
    {
        if (frames.ShownAs(requestFrame) is var number and > 0)
        {
            _comment.Append(" from request #").Append(number);
        }
    }

    /// <summary>What waited for bytes that came later, or for its request, stands in an earlier packet.</summary>
    private void TellIfEarlier(long frame)
    {
        if (frame != frames.Seen && frames.ShownAs(frame) is var number and > 0)
        {
            _comment.Append(", in #").Append(number);
        }
    }

    /// <summary>An operation that ended with a packet, but not by a message.</summary>
    private void Tell(in Transaction transaction)
    {
        var outlier = _outliers.Judge(transaction);
        if (!TryBeginNote(isImportant: outlier is not null || transaction.Outcome != Outcome.Answered, _comment))
        {
            return;
        }

        if (transaction.Operation == Operation.Connect && transaction.Latency is not null)
        {
            // of a circuit that is known as one by what came after its SYN/ACK
            _comment.Append(transaction.Outcome == Outcome.Answered ? "connected by SYN/ACK" : "connection refused by RST");
            TellEnd(transaction, outlier);
            TellIfEarlier(transaction.ReplyFrame);
            return;
        }

        // a reply may be captured before its request, which ends the operation then
        _comment.Append(transaction.HasReply ? "reply to " : "no reply to ").Append(transaction.Operation.Name());
        if (transaction.Pv is { } pv)
        {
            _comment.Append(" PV=").Append(pv);
        }

        if (transaction.HasReply)
        {
            TellEnd(transaction, outlier);
            TellIfEarlier(transaction.ReplyFrame);
            return;
        }

        TellRequest(transaction.RequestFrame);
        _comment.Append(", ").Append(OutcomeText.Words(transaction.Outcome));
    }

    private bool TryBeginNote(bool isImportant, CommentBuffer comment)
    {
        if (_comment.Length + _aside.Length >= (isImportant ? 2 * MaxLength : MaxLength))
        {
            _untold++;
            return false;
        }

        comment.Append(comment.Length > 0 ? "; " : "");
        return true;
    }

    /// <summary>Whether a server sends this command unasked, too.</summary>
    private static bool MayComeUnasked(CaCommand command) => command is CaCommand.EventAdd or CaCommand.AccessRights or CaCommand.ServerDisconn or CaCommand.Search;
}
